# Assets come from npm at build time; the program embeds them.
web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci
	touch $@

asset_inputs := web/build.mjs web/tsconfig.json web/node_modules/.installed charts/render/functions.js \
	$(shell find web/islands web/pages web/static -path web/static/dist -prune -o \
		-type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.svg' -o -name '*.json' \) -print)

web/static/dist/pages.css charts/render/dist/echarts.min.js &: $(asset_inputs)
	node web/build.mjs

.PHONY: assets build
assets: web/static/dist/pages.css charts/render/dist/echarts.min.js

build: assets
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o tianye ./cmd/tianye
