package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/message"
	"tianye/internal/problem"
)

var userCommands = []command{
	{name: "user list", run: listUsers},
	{name: "user add", operands: "LOGIN NAME [--admin]", args: 2, run: addUser, flags: func(flags *flag.FlagSet, c *call) {
		flags.BoolVar(&c.Admin, "admin", false, "全平台的管理员 / an administrator of the whole server")
	}},
	{name: "user reset", operands: "LOGIN", args: 1, run: resetUser},
	{name: "user reset-factor", operands: "LOGIN", args: 1, run: resetFactor},
	{name: "user deactivate", operands: "LOGIN", args: 1, run: setUserDisabled(true, "users.deactivate")},
	{name: "user activate", operands: "LOGIN", args: 1, run: setUserDisabled(false, "users.activate")},
}

// user finds an account by its login.
func (p *platform) user(ctx context.Context, login string) (account.User, error) {
	users, err := p.accounts.Users(ctx)
	if err != nil {
		return account.User{}, err
	}
	for _, u := range users {
		if u.Login == account.NormalizeLogin(login) {
			return u, nil
		}
	}
	return account.User{}, problem.New(problem.NotFound, "command.noUser", login)
}

func listUsers(ctx context.Context, p *platform, c call, std stdio) error {
	users, err := p.accounts.Users(ctx)
	if err != nil {
		return err
	}
	rows := make([][]string, len(users))
	for i, u := range users {
		state := problem.Text{}
		switch {
		case u.Disabled:
			state = problem.Say("command.disabled")
		case u.Admin:
			state = account.Admin.Label()
		}
		rows[i] = []string{u.Login, u.Name, message.Sprint(c.Language, state), u.Created.In(location).Format("2006-01-02")}
	}
	return printColumns(std.out, rows)
}

func addUser(ctx context.Context, p *platform, c call, std stdio) error {
	u, password, err := p.accounts.CreateUser(ctx, c.Args[0], c.Args[1], c.Admin)
	if err != nil {
		return err
	}
	after := ""
	if c.Admin {
		after = message.Sprint(message.Chinese, account.Admin.Label())
	}
	err = p.record(ctx, "", audit.Line{Action: "users.create", Object: string(u.ID), Title: u.Name, After: after})
	return errors.Join(sayPassword(c, std, u, password), err)
}

func resetUser(ctx context.Context, p *platform, c call, std stdio) error {
	u, err := p.user(ctx, c.Args[0])
	if err != nil {
		return err
	}
	password, err := p.accounts.ResetPassword(ctx, u.ID)
	if err != nil {
		return err
	}
	err = p.record(ctx, "", audit.Line{Action: "users.reset", Object: string(u.ID), Title: u.Name})
	return errors.Join(sayPassword(c, std, u, password), err)
}

// resetFactor takes away the second factor of who lost the phone and the recovery codes.
func resetFactor(ctx context.Context, p *platform, c call, std stdio) error {
	u, err := p.user(ctx, c.Args[0])
	if err != nil {
		return err
	}
	if err := p.accounts.ResetSecondFactor(ctx, u.ID); err != nil {
		return err
	}
	fmt.Fprintln(std.errOut, message.T(c.Language, "secondfactor.reset"))
	return p.record(ctx, "", audit.Line{Action: "users.factorRemove", Object: string(u.ID), Title: u.Name})
}

// setUserDisabled makes the command that deactivates an account, or activates it again.
func setUserDisabled(disabled bool, action string) func(context.Context, *platform, call, stdio) error {
	return func(ctx context.Context, p *platform, c call, std stdio) error {
		u, err := p.user(ctx, c.Args[0])
		if err != nil {
			return err
		}
		if err := p.accounts.SetUserDisabled(ctx, u.ID, disabled); err != nil {
			return err
		}
		return p.record(ctx, "", audit.Line{Action: action, Object: string(u.ID), Title: u.Name})
	}
}

// sayPassword shows the one-time password alone on the standard output, for scripts.
func sayPassword(c call, std stdio, u account.User, password string) error {
	fmt.Fprintln(std.errOut, message.T(c.Language, "command.password", u.Name, u.Login))
	_, err := fmt.Fprintln(std.out, password)
	return err
}
