"""What tests share: a clock that does not wait, and clients in both protocol eras."""
