"""示范城市: an invented city of real size, as commands that anybody may send to an empty house."""
