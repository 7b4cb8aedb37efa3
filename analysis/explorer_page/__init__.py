"""The static explorer: one page without server or kernel, in which a reader moves the assumptions of a scenario."""
