"""What stands before the pages: who is let in, what each may do, what a server allows itself, and what it writes down."""
