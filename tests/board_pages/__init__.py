"""The pages of boards beside the designer."""
