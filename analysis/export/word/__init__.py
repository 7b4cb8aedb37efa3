"""The briefing as a Word document: real styles, native tables, numbered captions, links, notes, pictures."""
