"""What the commands share: calls, options, changes, the element grammars of profiles."""
