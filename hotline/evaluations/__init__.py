"""好差评: services, their ratings, and who may rate what."""
