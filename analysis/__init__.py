"""Host-nation-support analysis: from the data tables to a briefing."""
