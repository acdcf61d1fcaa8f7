using System.Runtime.CompilerServices;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// Answers that a session of another silo gives item by item. One that the session refuses because it is being moved, or that surely did
/// not reach it, has not begun and is asked for again; one that breaks off is not: what of it the session has done is done.
/// </summary>
internal static class RemoteItems
{
    /// <param name="calls">Calls.</param>
    /// <param name="call">Asks for the items.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SessionRejectedException">Refused, or the session's silo was lost.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        SessionCalls calls, Func<IAsyncEnumerable<T>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (items, more) = await calls.CallAsync(() => BeginAsync(call, cancellationToken), cancellationToken);
        await using (items)
        {
            while (more)
            {
                yield return items.Current;
                more = await NextAsync(items);
            }
        }
    }

    private static async ValueTask<(IAsyncEnumerator<T> Items, bool More)> BeginAsync<T>(
        Func<IAsyncEnumerable<T>> call, CancellationToken cancellationToken)
    {
        var items = call().GetAsyncEnumerator(cancellationToken);
        try
        {
            return (items, await NextAsync(items));
        }
        catch
        {
            await items.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when ((SessionCalls.IsTransient(e) && !SessionCalls.IsUndelivered(e)) || e is EnumerationAbortedException)
        {
            throw SessionCalls.NoAnswer(e);
        }
    }
}
