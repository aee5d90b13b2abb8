// Numbers as they are shown: grouped by threes, with a true minus sign, so many decimals for each unit.
const MISSING = "–";
const DECIMALS = { "m": 3, "t": 1, "m³": 1, "t/m³": 4, "t/cm": 3, "t·m/cm": 2, "°": 2, "‰": 2, "%": 2, "": 6 };
// The unit is the end of a name; a longer ending goes before a shorter one that it contains.
const UNIT_OF_ENDING = {
  _t_per_m3: "t/m³", _tm_per_cm: "t·m/cm", _t_per_cm: "t/cm", _permille: "‰", _percent: "%", _deg: "°", _m3: "m³", _m: "m", _t: "t",
};

export function number(value, decimals) {
  if (typeof value !== "number") return MISSING;
  const digits = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const negative = value < 0 && /[1-9]/.test(digits);
  return (negative ? "−" : "") + digits.replaceAll(",", " ");
}

export const figure = (value, unit) => number(value, DECIMALS[unit] ?? 3);

export const signed = (value, decimals) => (value > 0 ? "+" : "") + number(value, decimals);

export const quantity = (value, unit) => [figure(value, unit), unit].filter(Boolean).join(" ");

// An uncertainty says nothing beyond its second digit.
export const twoDigits = (value) => (typeof value === "number" ? number(value, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value) || 1)))) : MISSING);

export const unitOf = (name) => Object.entries(UNIT_OF_ENDING).find(([ending]) => name.endsWith(ending))?.[1] ?? null;

export const shortNumber = (value) => (typeof value === "number" ? number(value, 3).replace(/\.?0+$/, "") : MISSING);

export const instant = (iso, language) =>
  iso ? new Date(iso).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }) : MISSING;
