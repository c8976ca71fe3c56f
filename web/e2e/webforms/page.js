// One XForm in ODK's web engine: window.show(xml) mounts it and tells what became of it.
import { createApp, h } from 'vue';
import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms';

const fetchFormAttachment = async () => new Response('', { status: 404 });

let app;

window.show = async formXml => {
  app?.unmount();
  const errors = [];
  app = createApp({ render: () => h(OdkWebForm, { formXml, fetchFormAttachment, missingResourceBehavior: 'BLANK' }) });
  app.config.errorHandler = error => errors.push(String(error));
  app.use(webFormsPlugin);
  app.mount('#form');
  for (;;) {
    await new Promise(requestAnimationFrame);
    const failure = document.querySelector('.form-load-failure-dialog .content, .initialize-form-failure-details');
    if (failure) return failure.textContent.replace(/\s+/g, ' ').trim();
    if (errors.length > 0) return errors.join('; ');
    if (document.querySelector('.odk-form')) return '';
  }
};
