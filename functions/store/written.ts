/** An item, or a part of one, as the value that this store made it of. */

/**
 * The one place where what DynamoDB gives back becomes a type of ours. Only the store writes the table, each kind of item by one
 * function in the file that owns it, so that checking every field again at each read would find nothing.
 */
export function written<T>(item: unknown): T {
  return item as T;
}
