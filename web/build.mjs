// Builds every asset that the program embeds: node web/build.mjs
// Islands and style sheets go to web/static/dist, what charts/render needs to
// charts/render/dist. Nothing in them may make a browser ask another host.
import { Resvg, initWasm } from '@resvg/resvg-wasm';
import { build } from 'esbuild';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import path from 'node:path';

const web = import.meta.dirname;
const nodeModules = path.join(web, 'node_modules');
const pageDist = path.join(web, 'static/dist');
const renderDist = path.join(web, '../charts/render/dist');

// WeChat's browser on an old phone is the one to please.
const common = {
  absWorkingDir: web,
  bundle: true,
  minify: true,
  write: false,
  charset: 'utf8',
  legalComments: 'inline',
  target: ['es2018', 'chrome70', 'safari12'],
  // Safari 12 knows it; esbuild distrusts it before 14.1 for a rare case and cannot lower it.
  supported: { destructuring: true },
  external: ['/static/*'],
  logLevel: 'warning',
};

// files lists what lies below a folder, sorted, so that builds repeat.
function files(folder, extension) {
  return readdirSync(path.join(web, folder), { recursive: true })
    .map(name => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter(name => name.endsWith(extension) && !name.startsWith('static/dist/'))
    .sort();
}

// islands are the folders islands/<name> that hold <name>.ts or <name>.tsx.
function islands() {
  return readdirSync(path.join(web, 'islands'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(({ name }) => ['.ts', '.tsx'].map(ext => ({ name, file: `islands/${name}/${name}${ext}` })))
    .filter(({ file }) => existsSync(path.join(web, file)));
}

// packages are those of which something is in the assets: a package's name is two parts when it begins with @.
const packages = new Set();
function note(inputs) {
  for (const input of Object.keys(inputs)) {
    const found = /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(input);
    if (found) packages.add(found[1]);
  }
}

async function script(file) {
  const result = await build({ ...common, entryPoints: [file], format: 'iife', metafile: true });
  note(result.metafile.inputs);
  return result.outputFiles[0].contents;
}

// The phone's pages are modules: what both need, and what only some forms need, comes in parts
// of its own, whose names change with their content. What a part shares with the page would be cut into a
// file for each set of parts that share it; where every part imports all of it, it is one.
async function modules(name, file, beside) {
  const options = { ...common, entryPoints: { [name]: file, ...beside }, format: 'esm', splitting: true, outdir: pageDist, chunkNames: `${name}-[hash]`, metafile: true };
  const { outputs } = (await build(options)).metafile;
  const imports = output => outputs[output].imports.filter(i => i.kind === 'import-statement').map(i => i.path);
  const first = Object.keys(outputs).find(output => outputs[output].entryPoint === file);
  const shared = new Set(imports(first).flatMap(output => Object.keys(outputs[output].inputs)));
  const parts = Object.values(outputs).map(output => output.entryPoint).filter(entry => entry && entry !== file && !Object.values(beside).includes(entry));
  const share = {
    name: 'share',
    setup({ onLoad }) {
      onLoad({ filter: /\.tsx?$/ }, ({ path: at }) => {
        if (!parts.includes(path.relative(web, at).split(path.sep).join('/'))) return undefined;
        const also = Array.from(shared, input => `import ${JSON.stringify(path.join(web, input))};`).join('\n');
        return { contents: `${readFileSync(at, 'utf8')}\n${also}`, loader: at.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
  const result = await build({ ...options, plugins: [share] });
  note(result.metafile.inputs);
  return Object.fromEntries(result.outputFiles.map(({ path: to, contents }) => [path.basename(to), contents]));
}

async function styles(sheets) {
  const contents = sheets.map(sheet => `@import ${JSON.stringify('./' + sheet)};`).join('\n');
  const result = await build({ ...common, stdin: { contents, loader: 'css', resolveDir: web }, metafile: true });
  note(result.metafile.inputs);
  return result.outputFiles[0].contents;
}

// What is taken as its package has it may hold the packages that this one depends on.
function fromModule(name) {
  const [owner, pack] = name.split('/');
  const own = owner.startsWith('@') ? `${owner}/${pack}` : owner;
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(nodeModules, own, 'package.json')));
  note({ [`node_modules/${own}`]: own });
  note(Object.fromEntries(Object.keys(dependencies).map(other => [`node_modules/${other}`, other])));
  return readFileSync(path.join(nodeModules, name));
}

// local refuses a style sheet that loads something from another host.
function local(name, contents) {
  const found = /(?:url\(\s*["']?|@import\s+["'])(?:https?:)?\/\/[^"')\s]*/i.exec(Buffer.from(contents).toString());
  if (found) throw new Error(`${name} asks another host: ${found[0]}`);
}

// put writes the assets into a folder and removes what an earlier build left there.
function put(folder, assets) {
  for (const [name, contents] of Object.entries(assets)) {
    if (name.endsWith('.css')) local(name, contents);
    writeFileSync(path.join(folder, name), contents);
  }
  for (const name of readdirSync(folder)) {
    if (name !== 'placeholder.txt' && !(name in assets)) rmSync(path.join(folder, name));
  }
}

// report shows what a browser must fetch, compressed as the server would.
function report(assets) {
  for (const [name, contents] of Object.entries(assets)) {
    const kB = (gzipSync(contents).length / 1000).toFixed(1);
    console.log(`${name.padEnd(20)} ${kB.padStart(8)} kB compressed`);
  }
}

// The phone's pages load their own style sheets alone; they must stay tiny.
const isPhone = sheet => ['fill.css', 'field.css'].includes(path.basename(sheet));
const sheets = [...files('static', '.css').filter(sheet => sheet.split('/').length === 2), ...files('pages', '.css')];

const page = {};
const phone = Object.fromEntries(islands().filter(({ name }) => ['fill', 'field'].includes(name)).map(({ name, file }) => [name, file]));
Object.assign(page, await modules('fill', phone.fill, { field: phone.field }));
for (const { name, file } of islands()) {
  if (!(name in phone)) page[`${name}.js`] = await script(file);
}
page['tabler.css'] = await styles(['node_modules/@tabler/core/dist/css/tabler.css']);
page['pages.css'] = await styles(sheets.filter(sheet => !isPhone(sheet)));
for (const sheet of sheets.filter(isPhone)) page[path.basename(sheet)] = await styles([sheet]);
page['htmx.js'] = fromModule('htmx.org/dist/htmx.min.js');
page['icon.svg'] = readFileSync(path.join(web, 'static/icon.svg'));
page['manifest.webmanifest'] = readFileSync(path.join(web, 'static/manifest.webmanifest'));
await initWasm(readFileSync(path.join(nodeModules, '@resvg/resvg-wasm/index_bg.wasm')));
// For home screens, which round the corners themselves.
const square = page['icon.svg'].toString().replace(' rx="7"', '');
for (const width of [192, 512]) page[`icon-${width}.png`] = new Resvg(square, { fitTo: { mode: 'width', value: width } }).render().asPng();
page['echarts.js'] = fromModule('echarts/dist/echarts.min.js');
put(pageDist, page);

const fonts = '@expo-google-fonts';
put(renderDist, {
  'echarts.min.js': page['echarts.js'],
  'resvg.wasm': fromModule('@resvg/resvg-wasm/index_bg.wasm'),
  'NotoSansSC-Regular.ttf': fromModule(`${fonts}/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf`),
  'NotoSansSC-Bold.ttf': fromModule(`${fonts}/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf`),
  // What Noto Sans SC lacks: sub- and superscripts, Latin with marks; ticks and crosses.
  'NotoSans-Regular.ttf': fromModule(`${fonts}/noto-sans/400Regular/NotoSans_400Regular.ttf`),
  'NotoSansSymbols2-Regular.ttf': fromModule(`${fonts}/noto-sans-symbols-2/400Regular/NotoSansSymbols2_400Regular.ttf`),
});
report(page);

// Whose notices the program must carry.
const parts = Array.from(packages).sort().map(name => {
  const { version, license } = JSON.parse(readFileSync(path.join(nodeModules, name, 'package.json')));
  return { name, version, license };
});
writeFileSync(path.join(web, '../cmd/tianye/dist/parts.json'), `${JSON.stringify(parts, null, 1)}\n`);
