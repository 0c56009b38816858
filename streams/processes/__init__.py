"""进程: what each process of an installation runs, from opening to a stop that has an end."""
