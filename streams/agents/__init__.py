"""代理: Faust's side of the house. Thin: take, call, acknowledge; nothing here knows a rule."""
