"""Results of awarding organisations in CSV and XML: read into one form of record, checked, settled and answered."""
