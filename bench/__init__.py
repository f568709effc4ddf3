"""What `make bench` runs: claims about speed, measured side by side in one run, as ratios."""
