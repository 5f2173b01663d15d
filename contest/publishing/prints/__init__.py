"""What is printed beside the album: certificates, exhibition panels, labels, and the panel's contact sheets."""
