/** Names of a value's class and those above it, the nearest first: what tells errors of a library apart that is not loaded here. */
export function classNames(value: unknown): readonly string[] {
  const names: string[] = [];
  for (
    let type: unknown = value?.constructor;
    typeof type === 'function' && type.name;
    type = Object.getPrototypeOf(type)
  )
    names.push(type.name);
  return names;
}
