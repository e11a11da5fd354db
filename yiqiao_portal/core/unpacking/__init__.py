"""What touches foreign archives. It runs in the sandbox and so stands apart, free of imports it does not need."""
