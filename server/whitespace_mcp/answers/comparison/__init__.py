"""What differs between two contracts: values, headings, and changed passages word by word."""
