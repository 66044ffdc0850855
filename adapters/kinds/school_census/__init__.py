"""The School Census: returns of schools in autumn, spring and summer (specification `school-census`)."""
