// replaced by the room's first content
