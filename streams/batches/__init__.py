"""批: how commands become one transaction, each message once."""
