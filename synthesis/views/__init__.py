"""What reporters see and do: the werkbank, the threads, the inbox, the report; and a reeks in and out."""
