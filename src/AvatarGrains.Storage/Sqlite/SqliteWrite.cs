namespace AvatarGrains.Storage.Sqlite;

/// <summary>Work for the writer. Its answer is given only after the commit.</summary>
internal abstract class SqliteWrite
{
    public abstract void Run(SqliteCommands commands);

    public abstract void Complete();

    public abstract void Fail(Exception error);
}

internal sealed class SqliteWrite<T>(Func<SqliteCommands, T> work) : SqliteWrite
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;

    public Task<T> Result => _result.Task;

    public override void Run(SqliteCommands commands) => _value = work(commands);

    public override void Complete() => _result.TrySetResult(_value!);

    public override void Fail(Exception error) => _result.TrySetException(error);
}
