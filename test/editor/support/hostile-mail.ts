/** HTML that tries all it can to run a script or to reach `url`; a script that runs sets `data-ran` or `top.ran`. */
export function hostileMail(url: string): string {
  let id = 0;
  const at = (): string => `${url}/${++id}`;
  const ran = "document.documentElement.dataset.ran=1;top.ran=1";
  return [
    `<base href="${url}/base/">`,
    `<script>${ran};fetch('${at()}')</script><script src="${at()}"></script>`,
    `<script type="speculationrules">{"prefetch":[{"source":"list","urls":["${at()}"]}]}</script>`,
    ...["stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest"].map(
      (rel) => `<link rel="${rel}" as="image" href="${at()}">`,
    ),
    `<style>@import "${at()}"; @import url(${at()}); @font-face{font-family:x;src:url(${at()})}
      body{font-family:x;background:url(${at()})} p::before{content:url(${at()})}
      ul{list-style:url(${at()})} div{background-image:image-set("${at()}" 1x);cursor:url(${at()}),auto}</style>`,
    `<p style="background:url('${at()}')">x</p><div>x</div><ul><li>x</li></ul><table background="${at()}"><tr><td>x</table>`,
    `<img src="${at()}" onerror="${ran}"><img src="relative.png"><img srcset="${at()} 2x"><picture><source srcset="${at()}"><img></picture>`,
    `<img src=x onerror="${ran}"><body onload="${ran}" background="${at()}"><details open ontoggle="${ran}"></details>`,
    `<video poster="${at()}" src="${at()}" autoplay></video><audio src="${at()}" autoplay onerror="${ran}"></audio>`,
    `<iframe src="${at()}"></iframe><iframe srcdoc="<script>${ran}</script><img src='${at()}'>"></iframe>`,
    `<object data="${at()}"></object><embed src="${at()}"><object type="text/html" data="data:text/html,<script>top.ran=1</script>"></object>`,
    `<form id="f" action="${at()}" method="get"><input name="a" autofocus onfocus="${ran}"><input type="image" src="${at()}"><button formaction="${at()}">Send</button></form>`,
    `<a class="bait" href="${at()}" ping="${at()}" target="_top">top</a> <a class="bait" href="${at()}">self</a>
     <a class="bait" href="${at()}" target="_blank">blank</a> <a class="bait" href="javascript:${ran}">script</a>
     <a class="bait" href="relative">relative</a>`,
    `<svg width="90" height="20"><script>${ran}</script><image href="${at()}" width="9" height="9"/><use href="${at()}#x"/>
      <a class="bait" xlink:href="${at()}"><text y="15">svg</text></a><animate onbegin="${ran}" attributeName="x" dur="1s"/>
      <a class="bait"><set attributeName="href" to="${at()}"/><text x="30" y="15">set</text></a>
      <filter id="g"><feImage href="${at()}"/></filter><rect filter="url(#g)" width="9" height="9"/>
      <foreignObject width="9" height="9"><iframe src="${at()}"></iframe><img src="${at()}"></foreignObject>
      <style>@import "${at()}"; rect{fill:url(${at()}#a)}</style></svg>`,
    `<math class="bait" href="${at()}"><mi>m</mi></math><math><maction actiontype="statusline" xlink:href="${at()}"><mi>n</mi></maction></math>`,
    // Read twice, these are not what they were at first.
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${at()} onerror=${ran}&gt;">`,
    `<svg></p><style><a id="</style><img src=${at()} onerror=${ran}>"></a></svg>`,
    `<form><math><mtext></form><form><mglyph><style></math><img src="${at()}" onerror="${ran}"></style>`,
    `<noscript><p title="</noscript><img src=${at()} onerror=${ran}>"></noscript>`,
    `<div><template shadowrootmode="open"><img src="${at()}" onerror="${ran}"><a href="${at()}">x</a></template></div>`,
    `<meta http-equiv="refresh" content="0;url=${at()}"><meta http-equiv="refresh" content="0;url=javascript:${ran}">`,
  ].join("\n");
}
