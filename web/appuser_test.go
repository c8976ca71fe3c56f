package web_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rsc.io/qr"
)

func TestAppUsers(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	alice, list := w.As("alice"), w.Base()+"/app-users"
	alice.Get(w.Base()+"/members").Want(t, http.StatusOK).Holds(t, `href="`+list+`"`)
	alice.Get(list).Want(t, http.StatusOK).Shows(t, "还没有采集应用接入")
	for _, name := range []string{"", "  ", strings.Repeat("长", 61)} {
		alice.Post(list, url.Values{"name": {name}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "最多 60 个字")
	}
	made := alice.Post(list, url.Values{"name": {" 吴博的手机 "}})
	page := alice.Leads(made).Shows(t, "吴博的手机", "已添加", "ODK Collect", "KoboCollect", "手机连不上这个地址")
	apps, err := w.Accounts.AppUsers(t.Context(), w.Project.ID)
	if err != nil || len(apps) != 1 || len(apps[0].Key) != 64 {
		t.Fatal(apps, err)
	}
	u := apps[0]
	address := w.URL + "/key/" + u.Key
	page.Shows(t, address, w.URL+w.Base()+"/openrosa", u.Login, u.Password())

	// The QR code is that of Collect's settings.
	picture := alice.Get(list+"/"+string(u.ID)+"/qr.png").Want(t, http.StatusOK)
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(`{"admin":{},"general":{"autosend":"wifi_and_cellular","form_update_mode":"match_exactly","protocol":"odk_default","server_url":"` + address +
		`"},"project":{"color":"#2f6f4f","icon":"衢","name":"衢州基层党建"}}`))
	z.Close()
	code, err := qr.Encode(base64.StdEncoding.EncodeToString(b.Bytes()), qr.L)
	if err != nil || picture.Body != string(code.PNG()) || picture.Header.Get("Content-Type") != "image/png" {
		t.Errorf("another QR code: %v", err)
	}

	// What it sends is found by its name, also after it was revoked.
	_, c := w.app("另一部")
	c.base = address
	c.send(instanceOf("uuid:1", "", "12")).Want(t, http.StatusCreated)
	alice.Get(list).Want(t, http.StatusOK).Holds(t, `data-confirm="停用“吴博的手机”？`)
	alice.Leads(alice.Post(list+"/"+string(u.ID)+"/revoke", nil)).Shows(t, "已停用", "已于 2026-04-13 停用")
	c.send(instanceOf("uuid:2", "", "12")).Want(t, http.StatusForbidden)
	alice.Get(list+"/"+string(u.ID)).Want(t, http.StatusOK).Hides(t, u.Key)
	alice.Get(list+"/"+string(u.ID)+"/qr.png").Want(t, http.StatusNotFound)
	alice.Get(w.Base()+"/submissions?enumerator="+string(u.ID)).Want(t, http.StatusOK).Shows(t, "共 1 份").Holds(t, `selected>吴博的手机`)
}
