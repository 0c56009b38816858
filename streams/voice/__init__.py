"""语音: the switchboard over the store, recordings, and a telephone for trial."""
