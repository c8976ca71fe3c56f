package web

var publicLinkRoutes = []Route{}
