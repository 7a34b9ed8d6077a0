"""Pure: facts x plan x date -> decision. No I/O, no clock."""
