"""Foreign words: one folder for each vendor, database and protocol; strangers to each other."""
