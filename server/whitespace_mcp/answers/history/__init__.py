"""What happened: a risk's history, one kind of activity in a period, and what changed since."""
