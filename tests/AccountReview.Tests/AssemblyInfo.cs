using ClusterFixture;

[assembly: AssemblyFixture(typeof(ControlPlane))]
