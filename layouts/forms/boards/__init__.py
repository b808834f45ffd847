"""The pages of boards beside the designer: the list, making one, files in and out, history, pictures."""
