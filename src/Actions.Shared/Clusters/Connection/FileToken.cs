namespace Actions.Shared.Clusters.Connection;

/// <summary>A token in a file that somebody renews, as the kubelet does for Pods. It is read anew every minute, and when it was refused.</summary>
internal sealed class FileToken(string path, Action<string> mask, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private string? _token;
    private long _read;

    /// <inheritdoc cref="TokenSource"/>
    public ValueTask<string> GetAsync(bool renew, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_token is null || renew || time.GetElapsedTime(_read) >= Age)
            {
                _token = Read();
                _read = time.GetTimestamp();
            }

            return ValueTask.FromResult(_token);
        }
    }

    private string Read()
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActionException("The token cannot be read", $"{path}: {e.Message}", "Check the path and its permissions.", inner: e);
        }

        if (text.Length == 0)
            throw new ActionException("The token is empty", path, "Check what writes the file.");
        mask(text);
        return text;
    }
}
