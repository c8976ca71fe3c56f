package web

// Audited gives what the audit calls a route and the message key of that; "" when it is not audited.
func Audited(route Route) (name, label string) {
	a := auditedRoutes[route.line()]
	return a.name, a.label
}
