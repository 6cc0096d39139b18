"""District sub-platforms (分平台): the public list, each one's page, and the form that opens one in a minute."""
