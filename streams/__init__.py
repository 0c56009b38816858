"""The log and everything that moves: event store, batch, timers, vault and the runtimes."""
