package main

import (
	"net"
	"net/netip"
	"testing"
)

// TestOwnListeners are the own ports at any address of the machine.
func TestOwnListeners(t *testing.T) {
	own := ownListeners("0.0.0.0:8080", "127.0.0.1:9090", "")
	addresses, err := net.InterfaceAddrs()
	if err != nil || len(addresses) == 0 {
		t.Skip("no interfaces", err)
	}
	for _, a := range addresses {
		here := netip.MustParsePrefix(a.String()).Addr()
		for port, want := range map[uint16]bool{8080: true, 9090: true, 8081: false} {
			if got := own(netip.AddrPortFrom(here, port)); got != want {
				t.Errorf("%s port %d: %t", here, port, got)
			}
		}
	}
	if own(netip.MustParseAddrPort("192.0.2.1:8080")) {
		t.Error("an address that is not the machine's")
	}
}
