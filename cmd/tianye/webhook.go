package main

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"slices"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// hooks is what tells webhooks' receivers.
func (p *platform) hooks(o options, log *slog.Logger) *survey.Hooks {
	return &survey.Hooks{Service: p.surveys, Secret: p.accounts.Secret, AllowLocal: o.webhookLocal, Log: log, IsOwn: ownListeners(o.listen, o.metrics),
		Open: func(ctx context.Context, project id.ProjectID) (bool, error) {
			_, err := p.accounts.Project(ctx, project)
			if problem.Is(err, problem.NotFound) { // it is in the recycle bin
				return false, nil
			}
			return err == nil, err
		},
		Managers: func(ctx context.Context, project id.ProjectID) ([]id.UserID, error) {
			people, err := p.accounts.People(ctx, project)
			var managers []id.UserID
			for _, person := range people {
				if person.Role == account.Manager {
					managers = append(managers, person.UserID)
				}
			}
			return managers, err
		}}
}

// ownListeners tells whether an address is one where this process listens: a port of its own at an
// address of the machine.
func ownListeners(listen ...string) func(netip.AddrPort) bool {
	var ports []string
	for _, one := range listen {
		if _, port, err := net.SplitHostPort(one); err == nil {
			ports = append(ports, port)
		}
	}
	return func(to netip.AddrPort) bool {
		if !slices.ContainsFunc(ports, func(port string) bool {
			n, err := net.LookupPort("tcp", port)
			return err == nil && n == int(to.Port())
		}) {
			return false
		}
		addresses, err := net.InterfaceAddrs()
		if err != nil {
			return true
		}
		return slices.ContainsFunc(addresses, func(a net.Addr) bool {
			p, err := netip.ParsePrefix(a.String())
			return err == nil && p.Addr().Unmap() == to.Addr().Unmap().WithZone("")
		})
	}
}
