"""Evidence packs 证据包: all that is known of one ticket, in a form that shows every change."""
