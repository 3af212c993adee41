"""What people type and programs send that breaks programs: in every form, page and address there is."""
