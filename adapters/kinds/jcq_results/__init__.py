"""Results in a fixed-width file of the JCQ's style: read by a layout, and then as the results of other carriers."""
