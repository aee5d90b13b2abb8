// Builds the page from elements and text nodes only: nothing that came from a file or a person is ever parsed as markup.
const SVG = "http://www.w3.org/2000/svg";
const viewer = document.getElementById("viewer");
const viewed = document.getElementById("viewer-content");

const isShown = (child) => child !== null && child !== undefined && child !== false;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (!isShown(value)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(isShown));
  return element;
}

export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export function show(...content) {
  viewed.replaceChildren(...content);
  if (!viewer.open) viewer.showModal();
}

export const closeViewer = () => viewer.close();

viewer.addEventListener("close", () => viewed.replaceChildren());
