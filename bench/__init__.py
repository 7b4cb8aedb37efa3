"""How long a report takes, beside the plain route and beside the least it could take (`make bench`)."""
