"""The stories: one a file, each owns its transaction. They decide by smartchat/domain and act on the tables."""
