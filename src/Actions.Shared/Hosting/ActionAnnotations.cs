using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>Collects annotations; safe for concurrent use. Outside GitHub they go nowhere.</summary>
public sealed class ActionAnnotations
{
    private readonly Lock _lock = new();
    private readonly List<Annotation> _all = [];

    internal ActionAnnotations()
    {
    }

    /// <summary>Adds one annotation.</summary>
    public void Add(Annotation annotation)
    {
        lock (_lock)
        {
            _all.Add(annotation);
        }
    }

    internal IReadOnlyList<Annotation> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }
}
