"""One verb, one file, one public function each; stages know ports, never adapters."""
