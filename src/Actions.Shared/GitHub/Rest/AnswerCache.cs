namespace Actions.Shared.GitHub.Rest;

/// <summary>
/// The last answers with an entity tag, so that asking again costs nothing of the rate limit while nothing has changed. The newest few; safe for
/// concurrent use.
/// </summary>
internal sealed class AnswerCache
{
    private const int MostAnswers = 64;
    private const int LargestAnswer = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Path, string Accept), Known> _answers = [];
    private readonly Queue<(string Path, string Accept)> _order = new();

    public Known? Find(GitHubCall call)
    {
        lock (_lock)
        {
            // A token that is passed for one call sees other things than the client's.
            return call.Token is null ? _answers.GetValueOrDefault((call.Path, call.Accept)) : null;
        }
    }

    public void Keep(GitHubCall call, string tag, GitHubAnswer answer)
    {
        if (call.Token is not null || answer.Body.Length > LargestAnswer)
            return;
        lock (_lock)
        {
            var key = (call.Path, call.Accept);
            if (!_answers.ContainsKey(key))
            {
                _order.Enqueue(key);
                if (_order.Count > MostAnswers)
                    _answers.Remove(_order.Dequeue());
            }

            _answers[key] = new Known(tag, answer);
        }
    }

    internal sealed record Known(string Tag, GitHubAnswer Answer);
}
