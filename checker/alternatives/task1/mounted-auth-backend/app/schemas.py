"""Kept for those who import from here; every feature has its own."""

from app.todo.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate

__all__ = ["TaskCreate", "TaskResponse", "TaskStatus", "TaskUpdate"]
