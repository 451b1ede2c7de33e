"""What answers behind the pages: plans kept, the address as the state, visitors, long work."""
