"""What moves between two scenarios, vintages or sets of tables: rows, inputs, results, sentences of page one."""
